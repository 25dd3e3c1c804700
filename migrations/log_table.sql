-- What the tables of the PostgreSQL log need once.

INSERT INTO log_head (single, identity, next, time) VALUES (true, gen_random_uuid(), 0, 0);
ALTER TABLE log_head SET (fillfactor = 10);

-- The default compression takes longer than the append itself: lz4 where the server has it, else none.
DO $$
BEGIN
    IF (SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression') THEN
        ALTER TABLE log_record ALTER COLUMN value SET COMPRESSION lz4;
    ELSE
        ALTER TABLE log_record ALTER COLUMN value SET STORAGE EXTERNAL;
    END IF;
END $$;

CREATE OR REPLACE TRIGGER log_record_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON log_record
FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
