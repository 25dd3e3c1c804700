"""Registers: entries, the rectangles of each register, and the two maps."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _entries()
    _rectangles_of_organization()
    _rectangles_of_catalogue()
    _maps()


def _entries() -> None:
    op.create_table(
        "register_entry",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("is_end", sa.Boolean(), nullable=False),
        sa.Column("retract", sa.Boolean(), nullable=False),
        sa.Column("attributes", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("position", "place", name=op.f("register_entry_pkey")),
    )
    op.create_index("register_entry_register_key_idx", "register_entry", ["register", "key"])
    op.create_table(
        "register_part",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("register_part_pkey")),
    )
    name = "register_part_register_import_id_idx"
    op.create_index(name, "register_part", ["register", "import_id"])
    op.create_table(
        "register_term",
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("k", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("register", "key", "k", name=op.f("register_term_pkey")),
    )
    op.create_index("register_term_k_idx", "register_term", ["k"])


def _rectangles_of_organization() -> None:
    _rectangles(
        "register_people",
        sa.Column("kind", sa.Text()),
        sa.Column("entity", sa.Text()),
        sa.Column("duty_station", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("grade_group", sa.Text()),
        sa.Column("gender", sa.Text()),
        sa.Column("contract_type", sa.Text()),
        sa.Column("reporting_officer", sa.Text()),
        sa.Column("functions", sa.ARRAY(sa.Text())),
        sa.Column("languages", sa.ARRAY(sa.Text())),
        sa.Column("entered_on_duty", sa.Integer()),
    )
    _rectangles(
        "register_identities",
        sa.Column("person", sa.Text()),
    )
    _rectangles(
        "register_merges",
        sa.Column("person", sa.Text()),
    )
    _rectangles(
        "register_entities",
        sa.Column("title", JSONB()),
        sa.Column("group", sa.Text()),
        sa.Column("parent", sa.Text()),
        sa.Column("leads_on", sa.ARRAY(sa.Text())),
    )
    _rectangles(
        "register_duty_stations",
        sa.Column("title", JSONB()),
        sa.Column("country", sa.Text()),
        sa.Column("location_type", sa.Text()),
        sa.Column("region", sa.Text()),
    )
    _rectangles(
        "register_target_groups",
        sa.Column("title", sa.Text()),
        sa.Column("rule", JSONB()),
    )
    _rectangles(
        "register_lists",
        sa.Column("title", JSONB()),
        sa.Column("parent", sa.Text()),
    )
    _rectangles(
        "register_sources",
        sa.Column("title", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("owner_entity", sa.Text()),
        sa.Column("learner_from", JSONB()),
        sa.Column("denials_count", sa.Boolean()),
        sa.Column("expected_every", sa.Text()),
    )
    op.create_index("register_identities_person_idx", "register_identities", ["person"])
    op.create_index("register_merges_person_idx", "register_merges", ["person"])


def _rectangles_of_catalogue() -> None:
    _rectangles(
        "register_activities",
        sa.Column("title", JSONB()),
        sa.Column("ids", sa.ARRAY(sa.Text())),
        sa.Column("kind", sa.Text()),
        sa.Column("parts", sa.ARRAY(sa.Text())),
        sa.Column("completed_by", sa.ARRAY(sa.Text())),
        sa.Column("owner_entity", sa.Text()),
        sa.Column("owner_kind", sa.Text()),
        sa.Column("provider", sa.Text()),
        sa.Column("modality", sa.Text()),
        sa.Column("mode", sa.Text()),
        sa.Column("hours", sa.BigInteger()),
        sa.Column("languages", sa.ARRAY(sa.Text())),
        sa.Column("language_taught", sa.Text()),
        sa.Column("target_level", sa.Text()),
        sa.Column("pillar", sa.Text()),
        sa.Column("priorities", sa.ARRAY(sa.Text())),
        sa.Column("purpose", sa.Text()),
        sa.Column("objective", sa.Text()),
        sa.Column("scope", sa.Text()),
        sa.Column("investment", sa.BigInteger()),
        sa.Column("funding_source", sa.Text()),
        sa.Column("eval_tier", sa.BigInteger()),
        sa.Column("closed_on", sa.Integer()),
        sa.Column("accessibility", sa.Text()),
        sa.Column("tested_on", sa.Integer()),
        sa.Column("licence", sa.Text()),
        sa.Column("retired", sa.Boolean()),
    )
    _rectangles(
        "register_deliveries",
        sa.Column("activity", sa.Text()),
        sa.Column("owner_entity", sa.Text()),
        sa.Column("held_on", sa.Integer()),
        sa.Column("participants", sa.BigInteger()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("co2e_kg", sa.BigInteger()),
        sa.Column("funding_source", sa.Text()),
    )


def _rectangles(name: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_until", sa.Integer(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("known_until", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        *fields,
        sa.PrimaryKeyConstraint("key", "valid_from", "known_from", name=op.f(f"{name}_pkey")),
    )


def _maps() -> None:
    for name, subject, meant in (
        ("identity_person", "identity", "person"),
        ("activity_catalogue", "activity", "catalogue_id"),
    ):
        op.create_table(
            name,
            sa.Column(f"{subject}_k", sa.BigInteger(), nullable=False),
            sa.Column(subject, sa.Text(), nullable=False),
            sa.Column("valid_from", sa.Integer(), nullable=False),
            sa.Column("valid_until", sa.Integer(), nullable=False),
            sa.Column("known_from", sa.BigInteger(), nullable=False),
            sa.Column("known_until", sa.BigInteger(), nullable=False),
            sa.Column(meant, sa.Text(), nullable=False),
        )
        for column in (f"{subject}_k", meant):
            op.create_index(f"{name}_{column}_idx", name, [column])
