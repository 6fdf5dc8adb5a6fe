-- A foreign key that changes is made anew.
-- == current
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE notes (user_id int REFERENCES users);
-- == desired
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE notes (user_id int REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
-- == up
ALTER TABLE notes
    DROP CONSTRAINT notes_user_id_fkey,
    ADD CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
-- == down
ALTER TABLE notes
    DROP CONSTRAINT notes_user_id_fkey,
    ADD CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
