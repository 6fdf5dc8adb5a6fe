-- revision: ed32bb4fee09
-- parents: [0e2af27c0f97]
-- message: backfill card difficulty
-- created: 2026-09-15T15:18:33Z

-- gmig:up

-- Data only. Cards that were never reviewed keep the default.
UPDATE cards
SET difficulty = (
    SELECT AVG(CASE WHEN rating = 1 THEN 1.0 ELSE 0.0 END)
    FROM card_reviews
    WHERE card_reviews.card_id = cards.id
)
WHERE EXISTS (SELECT 1 FROM card_reviews WHERE card_reviews.card_id = cards.id);

-- gmig:down

-- Back to the default. Nothing is lost: reviews say it all, and the up computes it again.
UPDATE cards SET difficulty = 0 WHERE difficulty <> 0;
