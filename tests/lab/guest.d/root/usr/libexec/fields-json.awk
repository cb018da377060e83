# Print the string values of the top-level member `want` of a JSON object:
# the string itself, or every string in the object or array that it is.

function string(    out, char, code) {
  out = ""
  for (at++; at <= length(text); at++) {
    char = substr(text, at, 1)
    if (char == "\"") break
    if (char != "\\") { out = out char; continue }
    char = substr(text, ++at, 1)
    if (char == "n") char = "\n"
    else if (char == "t") char = "\t"
    else if (char == "r") char = "\r"
    else if (char == "b" || char == "f") char = ""
    else if (char == "u") {
      code = ("0x" substr(text, at + 1, 4)) + 0
      at += 4
      char = code < 128 ? sprintf("%c", code) : "?"
    }
    out = out char
  }
  at++
  return out
}

function take(value) {
  if (depth && name[1] == want) {
    sub(/\n+$/, "", value)
    print value
  }
}

{ text = text $0 "\n" }

END {
  at = 1
  depth = 0
  while (at <= length(text)) {
    char = substr(text, at, 1)
    if (char == "\"") {
      value = string()
      while (substr(text, at, 1) ~ /[ \t\r\n]/ && at <= length(text)) at++
      if (substr(text, at, 1) == ":" && kind[depth] == "{") { name[depth] = value; at++ }
      else take(value)
    }
    else if (char == "{" || char == "[") { kind[++depth] = char; at++ }
    else if (char == "}" || char == "]") { depth--; at++ }
    else at++
  }
}
