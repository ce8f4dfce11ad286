import type { MigrationInterface, QueryRunner } from 'typeorm';

const FUNCTIONS = [
  // Below every id that is made in this millisecond or later.
  `CREATE FUNCTION first_id_at(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
     SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
   $fn$`,
  `CREATE FUNCTION month_of(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
     SELECT date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
   $fn$`,
  `CREATE FUNCTION month_after(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
     SELECT (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
   $fn$`,
  `CREATE FUNCTION month_named(name text) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
     SELECT make_timestamp(left(right(name, 7), 4)::int, right(name, 2)::int, 1, 0, 0, 0) AT TIME ZONE 'UTC'
   $fn$`,
  // Rows that came before their month, by a clock that was ahead, lie in the default partition and move.
  `CREATE FUNCTION add_months(parent text, ahead integer) RETURNS integer LANGUAGE plpgsql AS $fn$
     DECLARE
       month timestamptz;
       last timestamptz := month_of(now() + make_interval(months => ahead));
       name text;
       added integer := 0;
     BEGIN
       -- One at a time, also over several workers.
       EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
       -- The months that are there follow each other without a gap.
       SELECT month_after(max(month_named(c.relname))) INTO month
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent::regclass AND c.relname ~ '_\\d{4}_\\d{2}$';
       month := coalesce(month, month_of(now()));
       WHILE month <= last LOOP
         name := format('%s_%s', parent, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
         EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
         EXECUTE format('WITH moved AS (DELETE FROM %I WHERE id >= %L AND id < %L RETURNING *)
                         INSERT INTO %I SELECT * FROM moved',
                        parent || '_other', first_id_at(month), first_id_at(month_after(month)), name);
         EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                        parent, name, first_id_at(month), first_id_at(month_after(month)));
         added := added + 1;
         month := month_after(month);
       END LOOP;
       RETURN added;
     END
   $fn$`,
  // The first month also holds what is older, so it goes like any other. The current month and later ones never go.
  `CREATE FUNCTION drop_months(parent text, before timestamptz) RETURNS integer LANGUAGE plpgsql AS $fn$
     DECLARE
       name text;
       dropped integer := 0;
     BEGIN
       FOR name IN
         SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = parent::regclass AND c.relname ~ '_\\d{4}_\\d{2}$'
            AND month_after(month_named(c.relname)) <= least(before, now())
          ORDER BY c.relname
       LOOP
         EXECUTE format('DROP TABLE %I', name);
         dropped := dropped + 1;
       END LOOP;
       RETURN dropped;
     END
   $fn$`,
];

/**
 * Tables by months, of the time in their ids: these are UUIDv7, so the range of a month is known before it begins, the
 * primary key stays what it is, and a row is found in one partition. A month that is over goes with its table.
 *
 * The audit log becomes such a table in three steps, so that requests wait for none of them: this promise that no entry
 * belongs to a later month, its proof over all entries, and the change itself, which then reads nothing.
 */
export class Months1764000660000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const definition of FUNCTIONS) await db.query(definition);
    // To the end of the next month: the promise must hold for entries of the minutes until the last step.
    await db.query(`
      DO $do$
      DECLARE
        latest timestamptz := greatest(now(), (
          SELECT to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
            FROM audit_log ORDER BY id DESC LIMIT 1));
        month timestamptz := month_after(latest);
      BEGIN
        EXECUTE format('ALTER TABLE audit_log ADD CONSTRAINT %I CHECK (id < %L) NOT VALID',
                       'audit_log_until_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'),
                       first_id_at(month_after(month)));
      END $do$`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $do$
      DECLARE name text;
      BEGIN
        FOR name IN SELECT conname FROM pg_constraint
                     WHERE conrelid = 'audit_log'::regclass AND conname LIKE 'audit_log_until_%' LOOP
          EXECUTE format('ALTER TABLE audit_log DROP CONSTRAINT %I', name);
        END LOOP;
      END $do$`);
    const names = [
      'drop_months(text, timestamptz)',
      'add_months(text, integer)',
      'month_named(text)',
      'month_after(timestamptz)',
      'month_of(timestamptz)',
      'first_id_at(timestamptz)',
    ];
    for (const name of names) await db.query(`DROP FUNCTION ${name}`);
  }
}
