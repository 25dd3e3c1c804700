-- The functions of the PostgreSQL log and of admission: see lrs/log/postgresql.py and
-- lrs/intake/admission.py for how they are used and why. A migration that changes one runs this file again.

CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append only: % is refused', TG_OP;
END $$;

CREATE OR REPLACE TRIGGER log_record_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON log_record
FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

-- The database's clock, in microseconds UTC since 1970.
CREATE OR REPLACE FUNCTION clock_us() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
$$;

-- What is known of the ids that a group of requests claims, a row per request with claims: the verdict
-- and the ids that it concerns.
CREATE OR REPLACE FUNCTION claims_judged(owners int[], keys uuid[], digests bytea[])
RETURNS TABLE (owner int, verdict text, concerned text[]) LANGUAGE sql STABLE AS $$
    SELECT w.owner, CASE
        WHEN bool_or(c.digest <> w.digest AND c.position IS NOT NULL) THEN 'conflict'
        WHEN bool_or(c.digest <> w.digest) THEN 'pending'
        WHEN bool_and(c.position IS NOT NULL) THEN 'replay'
        WHEN bool_or(c.position IS NOT NULL) THEN 'partial' ELSE 'new'
    END, coalesce(
        array_agg(w.key::text) FILTER (WHERE c.digest <> w.digest AND c.position IS NOT NULL),
        array_agg(w.key::text) FILTER (WHERE c.digest <> w.digest),
        array_agg(w.key::text) FILTER (WHERE c.position IS NOT NULL)
    )
    FROM unnest(owners, keys, digests) AS w(owner, key, digest)
    LEFT JOIN claim c ON c.id = w.key GROUP BY w.owner
$$;

-- Admits a group of requests, numbered from 1 in the order of `headers` and `bodies`; `owners`,
-- `keys` and `digests` are their claims. No key may stand in two requests of one group. Returns a
-- verdict per request: new (with its position), replay, or conflict or partial (with the ids that are
-- taken by other content, or on the log already while others are not). Where nobody has claimed any
-- of the ids, as nearly always, all requests are new: to judge each would take twice as long.
CREATE OR REPLACE FUNCTION log_append(
    owners int[], keys uuid[], digests bytea[], headers text[], bodies bytea[]
) RETURNS TABLE (request int, verdict text, "position" bigint, ids text[]) LANGUAGE plpgsql AS $$
DECLARE
    head bigint;
    stamp bigint;
    added bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lrs.log.append', 0));
    SELECT h.next, greatest(clock_us(), h.time + 1)
    INTO head, stamp FROM log_head h FOR UPDATE;
    IF NOT EXISTS (SELECT FROM claim c WHERE c.id = ANY(keys)) THEN
        INSERT INTO claim (id, digest, position)
        SELECT w.key, w.digest, head + w.owner - 1
        FROM unnest(owners, keys, digests) AS w(owner, key, digest);
        RETURN QUERY
        INSERT INTO log_record (position, time, headers, value)
        SELECT head + r.n - 1, stamp + r.n - 1, r.header, r.body
        FROM unnest(headers, bodies) WITH ORDINALITY AS r(header, body, n)
        RETURNING (log_record.position - head + 1)::int, 'new', log_record.position, NULL::text[];
        added := cardinality(headers);
    ELSE
        RETURN QUERY
        WITH wanted AS (
            SELECT * FROM unnest(owners, keys, digests) AS w(owner, key, digest)
        ), judged AS (
            SELECT r.n::int AS n, r.header, r.body, c.concerned, coalesce(c.verdict, 'new') AS outcome
            FROM unnest(headers, bodies) WITH ORDINALITY AS r(header, body, n)
            LEFT JOIN claims_judged(owners, keys, digests) c ON c.owner = r.n
        ), placed AS (
            SELECT j.n, j.header, j.body, row_number() OVER (ORDER BY j.n) - 1 AS place
            FROM judged j WHERE j.outcome = 'new'
        ), kept AS (
            INSERT INTO log_record (position, time, headers, value)
            SELECT head + p.place, stamp + p.place, p.header, p.body FROM placed p
        ), claimed AS (
            INSERT INTO claim (id, digest, position)
            SELECT w.key, w.digest, head + p.place FROM wanted w JOIN placed p ON p.n = w.owner
            ON CONFLICT (id) DO UPDATE SET position = excluded.position WHERE claim.position IS NULL
        )
        SELECT j.n, j.outcome, head + p.place, j.concerned
        FROM judged j LEFT JOIN placed p ON p.n = j.n ORDER BY j.n;
        SELECT count(*) INTO added FROM log_record r WHERE r.position >= head;
    END IF;
    IF added > 0 THEN
        UPDATE log_head SET next = head + added, time = stamp + added - 1;
        PERFORM pg_notify('lrs_log', (head + added)::text);
    END IF;
END $$;

-- Claims the ids of a group of requests for a log that lives elsewhere, in the form of `log_append`;
-- pending tells that ids are claimed by other content which is not known to be on the log.
-- One caller at a time, so that nobody claims an id between the look at it and the claim. A claim whose
-- row is locked is just being confirmed: to wait for that would hold up all others, or deadlock.
CREATE OR REPLACE FUNCTION claim_ids(owners int[], keys uuid[], digests bytea[])
RETURNS TABLE (request int, verdict text, ids text[]) LANGUAGE plpgsql AS $$
DECLARE
    present bigint := clock_us();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lrs.claims', 0));
    IF NOT EXISTS (SELECT FROM claim c WHERE c.id = ANY(keys)) THEN
        INSERT INTO claim (id, digest, claimed)
        SELECT w.key, w.digest, present FROM unnest(keys, digests) AS w(key, digest)
        ON CONFLICT DO NOTHING;
        RETURN QUERY SELECT DISTINCT w.owner, 'new', NULL::text[] FROM unnest(owners) AS w(owner);
        RETURN;
    END IF;
    RETURN QUERY
    WITH judged AS (
        SELECT * FROM claims_judged(owners, keys, digests)
    ), wanted AS (
        SELECT w.key, w.digest FROM unnest(owners, keys, digests) AS w(owner, key, digest)
        JOIN judged j USING (owner) WHERE j.verdict = 'new'
    ), made AS (
        INSERT INTO claim (id, digest, claimed)
        SELECT w.key, w.digest, present FROM wanted w
        WHERE NOT EXISTS (SELECT FROM claim c WHERE c.id = w.key) ON CONFLICT DO NOTHING
    ), renewed AS (
        UPDATE claim SET claimed = present WHERE id IN (
            SELECT c.id FROM claim c JOIN wanted w ON w.key = c.id
            WHERE c.position IS NULL FOR UPDATE OF c SKIP LOCKED
        )
    )
    SELECT j.owner, j.verdict, j.concerned FROM judged j ORDER BY j.owner;
END $$;

-- Forgets those of some claims that were made before a time (us) and are not confirmed.
CREATE OR REPLACE FUNCTION claims_forget(keys uuid[], before bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lrs.claims', 0));
    DELETE FROM claim WHERE id IN (
        SELECT id FROM claim WHERE id = ANY(keys) AND position IS NULL AND claimed < before
        FOR UPDATE SKIP LOCKED
    );
END $$;

-- Where the log ends, and a time before which nothing will be appended any more: the present, if no
-- append is under way, else the time of the last record.
CREATE OR REPLACE FUNCTION log_horizon() RETURNS TABLE (next bigint, "time" bigint) LANGUAGE plpgsql AS $$
DECLARE
    present bigint := clock_us() - 1;
BEGIN
    IF pg_try_advisory_xact_lock_shared(hashtextextended('lrs.log.append', 0)) THEN
        RETURN QUERY SELECT h.next, greatest(h.time, present) FROM log_head h;
    ELSE
        RETURN QUERY SELECT h.next, h.time FROM log_head h;
    END IF;
END $$;
