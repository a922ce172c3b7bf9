// Signing in with a key. It is kept for this tab only, and sent with every request.

import { forgetKey, hasKey, useKey, whoAmI } from "./api.js";
import { problemBox } from "./dom.js";
import { forget } from "./session.js";

const form = document.getElementById("signin");
const field = document.getElementById("key");
const status = document.getElementById("signin-status");
const who = document.getElementById("who");
const leave = document.getElementById("leave");

let identity = null;

/** Who asks and what they may do; null before that is known. */
export function me() {
  return identity;
}

/** Show who is signed in, or the form where the service wants a key; then call `ready`. */
export async function signIn(ready) {
  try {
    identity = await whoAmI();
    form.hidden = true;
    leave.hidden = !hasKey();
    who.textContent = hasKey() ? `${identity.name} (${identity.groups.join(", ")})` : "";
    document.getElementById("upload").hidden = !identity.writes;
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
    forget();
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
    forget();
    // Nothing that the key could read may stay on the page.
    location.hash = "";
    location.reload();
  });
}
