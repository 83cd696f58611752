package sample

// Secret is what must never be seen.
const Secret = "THESECRETOFTHISCOMPUTER234"
