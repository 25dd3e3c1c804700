-- Claims the ids of a group of requests for a log that lives elsewhere; arguments as in `log_append`.
-- Returns a verdict for each request, and the ids that it concerns (`ClaimOutcome` in lrs/log/claims.py).
-- One caller at a time, so that nobody claims an id between the look at it and the claim. A row that
-- is locked is being confirmed by the fold at this moment: such a row is skipped, since to wait for it
-- would hold up all other requests, or deadlock.
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
