-- revision: b0463c373fd6
-- parents: [f2bc21c6997b]
-- message: count card lapses
-- created: 2026-10-14T16:30:27Z
-- models: {sqlite: 7429388dc681a25c, postgres: 7429388dc681a25c}

-- gmig:up

-- How often a card that was known has been forgotten again.
ALTER TABLE cards ADD COLUMN lapses INTEGER NOT NULL DEFAULT 0
    CONSTRAINT cards_lapses_check CHECK (lapses >= 0);

-- gmig:down

ALTER TABLE cards DROP COLUMN lapses;
