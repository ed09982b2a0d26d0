import type { Account, WaitingDevice } from "../app/context.ts";
import type { BrowserTokens } from "./browser-tokens.ts";
import { asJson, readAnswer, requestAuth, requestChange } from "./request-auth.ts";

/** Returns the calls of the account screen. They take the cookie, so only the server's own page has them. */
export function createAccount(tokens: BrowserTokens): Account {
  return {
    async changePassword({ currentPassword, newPassword }) {
      await readAnswer(await requestChange("password", asJson({ currentPassword, newPassword })));
    },
    async switchCompany(companyId) {
      await readAnswer(await requestChange("company", asJson({ companyId })));
      tokens.forget();
      location.assign("/settings/api-access");
    },
    async findDevice(userCode) {
      return readAnswer<WaitingDevice>(await requestAuth("device/find", asJson({ userCode })));
    },
    async approveDevice(userCode, companyId) {
      await readAnswer(await requestChange("device/approve", asJson({ userCode, companyId })));
    },
    async denyDevice(userCode) {
      await readAnswer(await requestChange("device/deny", asJson({ userCode })));
    },
    async signOut({ isEverywhere = false } = {}) {
      const body = new URLSearchParams(isEverywhere ? { everywhere: "1" } : {});
      // A form would leave this page even if the server cannot be reached.
      const response = await requestChange("signout", { body, redirect: "follow" });
      if (!response.redirected) await readAnswer(response);
      tokens.forget();
      location.assign(response.url);
    },
  };
}
