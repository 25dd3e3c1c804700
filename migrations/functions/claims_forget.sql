-- Deletes the claims of some ids that were made before a time (us) and are not confirmed.
CREATE OR REPLACE FUNCTION claims_forget(keys uuid[], before bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lrs.claims', 0));
    DELETE FROM claim WHERE id IN (
        SELECT id FROM claim WHERE id = ANY(keys) AND position IS NULL AND claimed < before
        FOR UPDATE SKIP LOCKED
    );
END $$;
