import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files of closed months that a worker writes, and their bytes for as long as they are kept. */
export class CreateExportJob1793000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table export_job (
        account_id int not null references billing_account,
        export_id uuid not null,
        billing_period text not null,
        format text not null,
        team text,
        focus_version text,
        -- Whether the month was issued when it was asked for: the file says so.
        issued boolean not null,
        requested_at timestamptz not null,
        requested_by text not null,
        state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
        -- Counts the workers that took it up. What is written names the attempt, so that one thought dead writes nothing more.
        attempt int not null default 0 check (attempt >= 0),
        -- By the database's clock; a worker that is behind with it is taken for dead.
        leased_until timestamptz,
        lines_done bigint not null default 0 check (lines_done >= 0),
        lines_total bigint check (lines_total >= 0),
        finished_at timestamptz,
        -- Of what stands in export_chunk.
        kept_bytes bigint not null default 0 check (kept_bytes >= 0),
        expires_at timestamptz,
        file_name text,
        media_type text,
        file_bytes bigint check (file_bytes > 0),
        sha256 text,
        file_rows bigint,
        currency text,
        billed_minor numeric(60, 0),
        problem_code text,
        problem_detail text,
        primary key (account_id, export_id),
        check ((state = 'running') = (leased_until is not null)),
        check ((state in ('waiting', 'running')) = (finished_at is null)),
        check ((state = 'failed') = (problem_code is not null and problem_detail is not null)),
        check (state <> 'done' or
          num_nulls(expires_at, file_name, media_type, file_bytes, sha256, file_rows, currency, billed_minor) = 0)
      );
      create index export_job_open on export_job (requested_at, export_id) where state in ('waiting', 'running');
      create index export_job_kept on export_job (account_id, finished_at) where kept_bytes > 0;

      -- The bytes of a file, without gaps from byte 0. All of them are there when the job turns done, and none of another attempt.
      create table export_chunk (
        account_id int not null,
        export_id uuid not null,
        first_byte bigint not null check (first_byte >= 0),
        bytes bytea not null check (length(bytes) > 0),
        primary key (account_id, export_id, first_byte),
        foreign key (account_id, export_id) references export_job on delete cascade
      );`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table export_chunk; drop table export_job;');
  }
}
