-- What speaks of a renamed column follows.
-- rename: users.mail=email
-- == current
CREATE TABLE users (id int PRIMARY KEY, mail text CHECK (mail <> ''));
CREATE INDEX by_mail ON users (mail);
-- == desired
CREATE TABLE users (id int PRIMARY KEY, email text CHECK (email <> ''));
CREATE INDEX by_mail ON users (email);
-- == up
ALTER TABLE users RENAME COLUMN mail TO email;
ALTER TABLE users RENAME CONSTRAINT users_mail_check TO users_email_check;
-- == down
ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME CONSTRAINT users_email_check TO users_mail_check;
