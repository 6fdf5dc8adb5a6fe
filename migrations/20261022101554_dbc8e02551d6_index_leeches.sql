-- revision: dbc8e02551d6
-- parents: [6610cf3189af]
-- message: index leeches
-- created: 2026-10-22T10:15:54Z
-- models: {sqlite: 99d0a643f0198fb6, postgres: 99d0a643f0198fb6}

-- gmig:up

-- A leech is a card that does not stick. Decks list theirs, so that they can be reworded.
CREATE INDEX cards_leech_idx ON cards (deck_id) WHERE lapses >= 8;

-- gmig:down

DROP INDEX cards_leech_idx;
