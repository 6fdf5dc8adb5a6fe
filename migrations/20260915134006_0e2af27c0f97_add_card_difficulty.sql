-- revision: 0e2af27c0f97
-- parents: [bb2f579ae14e]
-- message: add card difficulty
-- created: 2026-09-15T13:40:06Z
-- models: {sqlite: 416390358489c559, postgres: 416390358489c559}

-- gmig:up

-- The share of wrong answers: 0 is easy, 1 was never answered right.
ALTER TABLE cards ADD COLUMN difficulty REAL NOT NULL DEFAULT 0
    CONSTRAINT cards_difficulty_check CHECK (difficulty BETWEEN 0 AND 1);

-- gmig:down

ALTER TABLE cards DROP COLUMN difficulty;
