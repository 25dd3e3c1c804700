-- Claims the ids of a group of requests and appends the records of those whose ids are new, in the
-- transaction of the caller. Requests are numbered from 1 in the order of `headers` and `bodies`;
-- `owners` (such numbers), `keys` and `digests` are their claims. No key may be in two requests of one
-- group. Returns a verdict for each request, its position if it is new, and the ids that the verdict
-- concerns (`ClaimOutcome` in lrs/log/claims.py). Where nobody has claimed any of the ids, as nearly always,
-- all requests are new: a call without `claims_judged` takes half as long.
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
