1select 1 \gexec
