-- All calls with one customer, newest first: the last digits of the number are enough.
SELECT local_time, direction, line_name, agent, outcome, duration, talk, recording
FROM calls
WHERE customer LIKE '%9800000007'
ORDER BY local_time DESC;
