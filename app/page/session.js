// The questions of this tab. They stay in the tab: the service keeps no conversation.

const KEY = "footnote-questions";
const MOST = 20;
/** Turns that go along with a follow-up; the last ones say what it leans on. */
const TURNS = 6;
const LONGEST = 4000;

/** Each has `question`, `follows` (it leans on the one before) and `answer`, its text. */
export function asked() {
  return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
}

/** Keep an answered question as the newest; the same one again takes its old place. */
export function remember(question, follows, answer) {
  const entries = asked();
  const place = find(entries, question, follows);
  const entry = { question, follows, answer: answer.slice(0, LONGEST) };
  if (place >= 0 && (follows || place === entries.length - 1)) entries[place] = entry;
  else entries.push(entry);
  sessionStorage.setItem(KEY, JSON.stringify(entries.slice(-MOST)));
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

/** The conversation that a follow-up question leans on, as the service takes it. */
export function conversation(question) {
  const entries = asked();
  const place = find(entries, question, true);
  let from = place >= 0 ? place : entries.length;
  const turns = [];
  do {
    from -= 1;
    if (from < 0) break;
    const { question: text, answer } = entries[from];
    if (answer) turns.unshift({ role: "assistant", text: answer });
    turns.unshift({ role: "user", text });
  } while (entries[from].follows);
  return turns.slice(-TURNS);
}

function find(entries, question, follows) {
  return entries.findLastIndex((each) => each.question === question && each.follows === follows);
}
