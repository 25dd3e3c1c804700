-- Compares the ids that a group of requests wants to claim with the claims that are there: a row for
-- each request that claims any, with the verdict (`ClaimOutcome` in lrs/log/claims.py) and the ids that the
-- verdict concerns. Arguments as in `log_append`.
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
