1/* a /* ; */ b */ select 1 -- ;
; select 2