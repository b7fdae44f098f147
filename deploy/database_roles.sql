-- Two roles for Yizhu: one owns the tables and migrates, the other runs the program and owns nothing.
-- Once, as a superuser:  psql -v owner_password=... -v app_password=... -f deploy/database_roles.sql
-- Then, with DATABASE_URL of yizhu_owner:  manage.py migrate && manage.py database_roles yizhu_app
-- Web, workers and beat get DATABASE_URL of yizhu_app.

CREATE ROLE yizhu_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE yizhu_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'app_password';
CREATE DATABASE yizhu OWNER yizhu_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE yizhu FROM PUBLIC;
-- Temporary tables carry the files of other offices while they are compared.
GRANT CONNECT, TEMPORARY ON DATABASE yizhu TO yizhu_app;
\connect yizhu
ALTER SCHEMA public OWNER TO yizhu_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Extensions that migrations would create; an ordinary owner may not.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
