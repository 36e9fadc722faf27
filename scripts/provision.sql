-- The database of the suite: one schema per service, all owned by the role that migrates; a service may
-- read and write the rows of its own schema and do nothing else. Run by a superuser, once:
--   psql --set=ON_ERROR_STOP=1 --set=password=… --file=scripts/provision.sql
-- In production each role is given a password of its own afterwards: ALTER ROLE … PASSWORD ….
CREATE ROLE tepat_owner LOGIN PASSWORD :'password';
CREATE ROLE tepat_membership LOGIN PASSWORD :'password';
CREATE ROLE tepat_accounts LOGIN PASSWORD :'password';
CREATE ROLE tepat_disbursement LOGIN PASSWORD :'password';

CREATE DATABASE tepat;
REVOKE ALL ON DATABASE tepat FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE tepat TO tepat_owner;
GRANT CONNECT ON DATABASE tepat TO tepat_membership, tepat_accounts, tepat_disbursement;
-- CREATE SCHEMA IF NOT EXISTS asks for this right even where the schema exists.
GRANT CREATE ON DATABASE tepat TO tepat_owner;
\connect tepat

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA membership AUTHORIZATION tepat_owner;
CREATE SCHEMA accounts AUTHORIZATION tepat_owner;
CREATE SCHEMA disbursement AUTHORIZATION tepat_owner;
GRANT USAGE ON SCHEMA membership TO tepat_membership;
GRANT USAGE ON SCHEMA accounts TO tepat_accounts;
GRANT USAGE ON SCHEMA disbursement TO tepat_disbursement;

-- What the owner makes later is meant as well.
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA membership
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tepat_membership;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA accounts
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tepat_accounts;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA disbursement
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tepat_disbursement;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA membership
  GRANT USAGE ON SEQUENCES TO tepat_membership;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA accounts
  GRANT USAGE ON SEQUENCES TO tepat_accounts;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA disbursement
  GRANT USAGE ON SEQUENCES TO tepat_disbursement;

-- A function that runs with its owner's rights is called by its own service only.
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA membership
  GRANT EXECUTE ON FUNCTIONS TO tepat_membership;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA accounts
  GRANT EXECUTE ON FUNCTIONS TO tepat_accounts;
ALTER DEFAULT PRIVILEGES FOR ROLE tepat_owner IN SCHEMA disbursement
  GRANT EXECUTE ON FUNCTIONS TO tepat_disbursement;
