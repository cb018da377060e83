# Print the values of the top-level key `want` of a YAML mapping as NoCloud uses it: a scalar on the
# line, or the scalars of the block or the flow list that follows.

function scalar(value) {
  sub(/^[ \t]+/, "", value)
  sub(/[ \t\r]+$/, "", value)
  if (value ~ /^".*"$/ || value ~ /^'.*'$/) value = substr(value, 2, length(value) - 2)
  if (value != "") print value
}

function flow(value,    parts, count, i) {
  if (value !~ /^[ \t]*\[.*\][ \t\r]*$/) { scalar(value); return }
  gsub(/^[ \t]*\[|\][ \t\r]*$/, "", value)
  count = split(value, parts, ",")
  for (i = 1; i <= count; i++) scalar(parts[i])
}

/^[ \t]*(#|$)/ { next }

/^[A-Za-z0-9_"-]+[ \t]*:/ {
  key = $0
  sub(/[ \t]*:.*/, "", key)
  gsub(/"/, "", key)
  inside = key == want
  if (inside) { sub(/^[^:]*:/, ""); flow($0) }
  next
}

inside && /^[ \t]*- / { sub(/^[ \t]*- /, ""); scalar($0); next }
inside && /^[ \t]+[^:]+:/ { sub(/^[^:]*:/, ""); scalar($0) }
