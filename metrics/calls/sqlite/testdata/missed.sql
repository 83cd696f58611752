-- Calls from customers that reached nobody, by line, since the first of this month.
SELECT line, line_name, count(*) AS inbound,
	sum(outcome NOT IN ('spoke', 'live', 'not known yet', 'end not known', 'other')) AS missed,
	sum(outcome = 'hung up in menu') AS of_them_in_menu
FROM calls
WHERE direction = 'inbound' AND local_time >= date('now', 'localtime', 'start of month')
GROUP BY line
ORDER BY missed DESC;
