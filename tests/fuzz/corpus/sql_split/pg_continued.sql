1select E'a' -- x
 '\';' ; b