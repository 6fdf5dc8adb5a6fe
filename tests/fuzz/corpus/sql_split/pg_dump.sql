1\restrict x
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $_$
BEGIN
 NEW.a := $1;
 RETURN NEW;
END;
$_$;
COPY public.t FROM stdin;
\N	a
\.
