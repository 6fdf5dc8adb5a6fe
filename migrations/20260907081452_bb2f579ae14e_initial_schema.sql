-- revision: bb2f579ae14e
-- parents: []
-- message: initial schema
-- created: 2026-09-07T08:14:52Z
-- models: {sqlite: 1a38ef5b6970e1fc, postgres: 18c474c3448a0111}

-- gmig:up dialect=sqlite

-- Timestamps are UTC text as CURRENT_TIMESTAMP writes it, 2026-09-07 08:14:52. Columns that queries
-- compare or sort by have a check that nothing else gets in.

-- The people who study.
CREATE TABLE users (
    id INTEGER NOT NULL,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_check CHECK (email LIKE '%_@_%')
);

CREATE UNIQUE INDEX users_email_idx ON users (email);

-- At most one row a user; a user without one has the defaults.
CREATE TABLE user_preferences (
    user_id INTEGER NOT NULL,
    theme TEXT NOT NULL DEFAULT 'system',
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    new_cards_per_day INTEGER NOT NULL DEFAULT 20,
    reminders_enabled INTEGER NOT NULL DEFAULT FALSE,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT user_preferences_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_preferences_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_theme_check CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT user_preferences_new_cards_per_day_check CHECK (new_cards_per_day BETWEEN 0 AND 500),
    CONSTRAINT user_preferences_reminders_enabled_check CHECK (reminders_enabled IN (FALSE, TRUE))
);

CREATE TABLE decks (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    archived_at TEXT,
    CONSTRAINT decks_pkey PRIMARY KEY (id),
    CONSTRAINT decks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT decks_name_check CHECK (name <> '')
);

CREATE INDEX decks_user_id_idx ON decks (user_id);

-- A card is due from due_at on. A new one has not been scheduled yet.
CREATE TABLE cards (
    id INTEGER NOT NULL,
    deck_id INTEGER NOT NULL,
    front TEXT NOT NULL,
    back TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    due_at TEXT,
    interval_days INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT cards_pkey PRIMARY KEY (id),
    CONSTRAINT cards_deck_id_fkey FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE CASCADE,
    CONSTRAINT cards_state_check CHECK (state IN ('new', 'learning', 'review', 'suspended')),
    CONSTRAINT cards_scheduled_check CHECK (state IN ('new', 'suspended') OR due_at IS NOT NULL),
    CONSTRAINT cards_interval_days_check CHECK (interval_days >= 0),
    CONSTRAINT cards_due_at_check CHECK (due_at IS datetime(due_at))
);

CREATE INDEX cards_deck_id_idx ON cards (deck_id);

-- What to study next; suspended cards never come up.
CREATE INDEX cards_due_idx ON cards (deck_id, due_at) WHERE state <> 'suspended';

-- One sitting. It outlives its deck, so that the statistics of a user stay whole.
CREATE TABLE study_sessions (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    deck_id INTEGER,
    started_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at TEXT,
    CONSTRAINT study_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT study_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT study_sessions_deck_id_fkey
        FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE SET NULL,
    CONSTRAINT study_sessions_ended_at_check CHECK (ended_at >= started_at),
    CONSTRAINT study_sessions_timestamps_check
        CHECK (started_at IS datetime(started_at) AND ended_at IS datetime(ended_at))
);

CREATE INDEX study_sessions_user_id_idx ON study_sessions (user_id, started_at);
CREATE INDEX study_sessions_deck_id_idx ON study_sessions (deck_id);

-- A user studies in one place at a time.
CREATE UNIQUE INDEX study_sessions_open_idx ON study_sessions (user_id) WHERE ended_at IS NULL;

-- One answer. rating: 1 again, 2 hard, 3 good, 4 easy.
CREATE TABLE card_reviews (
    id INTEGER NOT NULL,
    card_id INTEGER NOT NULL,
    study_session_id INTEGER,
    rating INTEGER NOT NULL,
    duration_ms INTEGER,
    reviewed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT card_reviews_pkey PRIMARY KEY (id),
    CONSTRAINT card_reviews_card_id_fkey
        FOREIGN KEY (card_id) REFERENCES cards (id) ON DELETE CASCADE,
    CONSTRAINT card_reviews_study_session_id_fkey
        FOREIGN KEY (study_session_id) REFERENCES study_sessions (id) ON DELETE SET NULL,
    CONSTRAINT card_reviews_rating_check CHECK (rating BETWEEN 1 AND 4),
    CONSTRAINT card_reviews_duration_ms_check CHECK (duration_ms >= 0),
    CONSTRAINT card_reviews_reviewed_at_check CHECK (reviewed_at IS datetime(reviewed_at))
);

CREATE INDEX card_reviews_card_id_idx ON card_reviews (card_id, reviewed_at);
CREATE INDEX card_reviews_study_session_id_idx ON card_reviews (study_session_id);

-- gmig:up dialect=postgres

-- The people who study.
CREATE TABLE users (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_check CHECK (email LIKE '%_@_%')
);

CREATE UNIQUE INDEX users_email_idx ON users (email);

-- At most one row a user; a user without one has the defaults.
CREATE TABLE user_preferences (
    user_id BIGINT NOT NULL,
    theme TEXT NOT NULL DEFAULT 'system',
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    new_cards_per_day INTEGER NOT NULL DEFAULT 20,
    reminders_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT user_preferences_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_preferences_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_theme_check CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT user_preferences_new_cards_per_day_check CHECK (new_cards_per_day BETWEEN 0 AND 500)
);

CREATE TABLE decks (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    archived_at TIMESTAMPTZ,
    CONSTRAINT decks_pkey PRIMARY KEY (id),
    CONSTRAINT decks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT decks_name_check CHECK (name <> '')
);

CREATE INDEX decks_user_id_idx ON decks (user_id);

-- A card is due from due_at on. A new one has not been scheduled yet.
CREATE TABLE cards (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    deck_id BIGINT NOT NULL,
    front TEXT NOT NULL,
    back TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    due_at TIMESTAMPTZ,
    interval_days INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT cards_pkey PRIMARY KEY (id),
    CONSTRAINT cards_deck_id_fkey FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE CASCADE,
    CONSTRAINT cards_state_check CHECK (state IN ('new', 'learning', 'review', 'suspended')),
    CONSTRAINT cards_scheduled_check CHECK (state IN ('new', 'suspended') OR due_at IS NOT NULL),
    CONSTRAINT cards_interval_days_check CHECK (interval_days >= 0)
);

CREATE INDEX cards_deck_id_idx ON cards (deck_id);

-- What to study next; suspended cards never come up.
CREATE INDEX cards_due_idx ON cards (deck_id, due_at) WHERE state <> 'suspended';

-- One sitting. It outlives its deck, so that the statistics of a user stay whole.
CREATE TABLE study_sessions (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    user_id BIGINT NOT NULL,
    deck_id BIGINT,
    started_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at TIMESTAMPTZ,
    CONSTRAINT study_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT study_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT study_sessions_deck_id_fkey
        FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE SET NULL,
    CONSTRAINT study_sessions_ended_at_check CHECK (ended_at >= started_at)
);

CREATE INDEX study_sessions_user_id_idx ON study_sessions (user_id, started_at);
CREATE INDEX study_sessions_deck_id_idx ON study_sessions (deck_id);

-- A user studies in one place at a time.
CREATE UNIQUE INDEX study_sessions_open_idx ON study_sessions (user_id) WHERE ended_at IS NULL;

-- One answer. rating: 1 again, 2 hard, 3 good, 4 easy.
CREATE TABLE card_reviews (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    card_id BIGINT NOT NULL,
    study_session_id BIGINT,
    rating SMALLINT NOT NULL,
    duration_ms INTEGER,
    reviewed_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT card_reviews_pkey PRIMARY KEY (id),
    CONSTRAINT card_reviews_card_id_fkey
        FOREIGN KEY (card_id) REFERENCES cards (id) ON DELETE CASCADE,
    CONSTRAINT card_reviews_study_session_id_fkey
        FOREIGN KEY (study_session_id) REFERENCES study_sessions (id) ON DELETE SET NULL,
    CONSTRAINT card_reviews_rating_check CHECK (rating BETWEEN 1 AND 4),
    CONSTRAINT card_reviews_duration_ms_check CHECK (duration_ms >= 0)
);

CREATE INDEX card_reviews_card_id_idx ON card_reviews (card_id, reviewed_at);
CREATE INDEX card_reviews_study_session_id_idx ON card_reviews (study_session_id);

-- gmig:down

-- Children first; indexes go with their tables.
DROP TABLE card_reviews;
DROP TABLE study_sessions;
DROP TABLE cards;
DROP TABLE decks;
DROP TABLE user_preferences;
DROP TABLE users;
