-- What the table of the PostgreSQL log needs once.

INSERT INTO log_head (single, identity, next, time) VALUES (true, gen_random_uuid(), 0, 0);
ALTER TABLE log_head SET (fillfactor = 10);

-- The default compression takes longer than the append itself: lz4 where there is it, else none.
DO $$
BEGIN
    IF (SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression') THEN
        ALTER TABLE log_record ALTER COLUMN value SET COMPRESSION lz4;
    ELSE
        ALTER TABLE log_record ALTER COLUMN value SET STORAGE EXTERNAL;
    END IF;
END $$;
