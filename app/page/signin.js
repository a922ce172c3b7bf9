// Signing in with a key. It is kept for this tab only, and sent with every request.

import { forgetKey, hasKey, useKey, whoAmI } from "./api.js";
import { problemBox } from "./dom.js";

const form = document.getElementById("signin");
const field = document.getElementById("key");
const status = document.getElementById("signin-status");
const who = document.getElementById("who");
const leave = document.getElementById("leave");

/** Show who is signed in, or the form where the service wants a key; then call `ready`. */
export async function signIn(ready) {
  try {
    const me = await whoAmI();
    form.hidden = true;
    leave.hidden = !hasKey();
    who.textContent = hasKey() ? `${me.name} (${me.groups.join(", ")})` : "";
    document.getElementById("upload").hidden = !me.writes;
    ready();
  } catch (error) {
    if (error.status !== 401) {
      status.replaceChildren(problemBox(error, () => signIn(ready)));
      form.hidden = false;
      return;
    }
    form.hidden = false;
    status.textContent = hasKey() ? error.detail : "";
    forgetKey();
    who.textContent = "";
    leave.hidden = true;
    field.focus();
  }
}

/** What happens when the form is sent, and when the button to leave is pressed. */
export function onSignIn(ready) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    useKey(field.value.trim());
    form.reset();
    signIn(ready);
  });
  leave.addEventListener("click", () => {
    forgetKey();
    // Nothing that the key could read may stay on the page.
    location.hash = "";
    location.reload();
  });
}
