-- name: next_number
SELECT coalesce(max(number), 0) + 1 AS number FROM allocation WHERE plan = :plan

-- name: add_allocation
INSERT INTO allocation (id, plan, number, year, parent, choices, inputs, tables, run)
VALUES (:id, :plan, :number, :year, :parent, :choices, :inputs, :tables, :run)

-- name: add_event
INSERT INTO allocation_event (allocation, number, state, actor, note, snapshot, created)
VALUES (:allocation, :number, :state, :actor, :note, :snapshot, :created)

-- name: events
SELECT allocation, number, state, actor, note, snapshot, created FROM allocation_event
WHERE allocation = :id ORDER BY number

-- name: allocations
SELECT record.id, plan, year, parent, choices, inputs, tables, run, latest.state, drafted.actor, drafted.created
FROM allocation record
JOIN allocation_event drafted ON drafted.allocation = record.id AND drafted.number = 1
JOIN allocation_event latest ON latest.allocation = record.id AND latest.number =
    (SELECT max(each.number) FROM allocation_event each WHERE each.allocation = record.id)
WHERE (CAST(:id AS TEXT) IS NULL OR record.id = :id) AND (CAST(:plan AS TEXT) IS NULL OR plan = :plan)
ORDER BY plan, record.number DESC
