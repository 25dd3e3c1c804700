-- Refuses every change of `log_record` but an insert: called by the trigger `log_record_append_only`.
CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append only: % is refused', TG_OP;
END $$;
