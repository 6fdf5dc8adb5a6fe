-- Names that want quotes get them.
-- rename: my table.if=nothing
-- rename: my table.Order=Group
-- == current
CREATE TABLE "my table" ("a ""b""" INTEGER, "if" TEXT, "Order" TEXT);
-- == desired
CREATE TABLE "my table" ("a ""b""" INTEGER, "nothing" TEXT, "Group" TEXT NOT NULL DEFAULT 1);
-- == up
ALTER TABLE "my table" RENAME COLUMN "if" TO "nothing";
ALTER TABLE "my table" RENAME COLUMN "Order" TO "Group";
-- SQLite cannot alter my table so: it is built anew.
CREATE TABLE "my table_new" ("a ""b""" INTEGER, "nothing" TEXT, "Group" TEXT NOT NULL DEFAULT 1);
INSERT INTO "my table_new" ("a ""b""", "nothing", "Group")
SELECT "a ""b""", "nothing", coalesce("Group", 1) FROM "my table";
DROP TABLE "my table";
ALTER TABLE "my table_new" RENAME TO "my table";
-- == down
ALTER TABLE "my table" RENAME COLUMN "nothing" TO "if";
ALTER TABLE "my table" RENAME COLUMN "Group" TO "Order";
-- SQLite cannot alter my table so: it is built anew.
CREATE TABLE "my table_new" ("a ""b""" INTEGER, "if" TEXT, "Order" TEXT);
INSERT INTO "my table_new" ("a ""b""", "if", "Order")
SELECT "a ""b""", "if", "Order" FROM "my table";
DROP TABLE "my table";
ALTER TABLE "my table_new" RENAME TO "my table";
