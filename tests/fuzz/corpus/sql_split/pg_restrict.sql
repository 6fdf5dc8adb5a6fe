1\restrict aB3
select 1;
\unrestrict aB3
