import type { Account } from "../app/context.ts";
import type { BrowserTokens } from "./browser-tokens.ts";
import { readAnswer, requestAuth } from "./request-auth.ts";

/** Returns the calls of the account screen. They take the cookie, so only the server's own page has them. */
export function createAccount(tokens: BrowserTokens): Account {
  return {
    async changePassword({ currentPassword, newPassword }) {
      await readAnswer(await requestAuth("password", { currentPassword, newPassword }));
      // The old session has ended, and the new cookie is for a new one.
      tokens.forget();
    },
    async switchCompany(companyId) {
      await readAnswer(await requestAuth("company", { companyId }));
      tokens.forget();
      location.assign("/settings/api-access");
    },
    async signOut() {
      tokens.forget();
      submitForm("/api/auth/signout");
    },
  };
}

/** Posts a form, so that the browser follows the redirect of the answer. */
function submitForm(action: string): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  document.body.append(form);
  form.submit();
}
