import type { Account, WaitingDevice } from "../app/context.ts";
import type { BrowserTokens } from "./browser-tokens.ts";
import { asJson, readResponse, requestAuth, requestChange } from "./request-auth.ts";

/** Returns the calls of the account screen. They use the cookie, so only the server's own page has them. */
export function createAccount(tokens: BrowserTokens): Account {
  return {
    changePassword: ({ currentPassword, newPassword }) => change("password", { currentPassword, newPassword }),
    async switchCompany(companyId) {
      await change("company", { companyId });
      tokens.forget();
      location.assign("/settings/api-access");
    },
    findDevice: async (userCode) => readResponse<WaitingDevice>(await requestAuth("device/find", asJson({ userCode }))),
    approveDevice: (userCode, companyId) => change("device/approve", { userCode, companyId }),
    denyDevice: (userCode) => change("device/deny", { userCode }),
    async signOut({ isEverywhere = false } = {}) {
      const body = new URLSearchParams(isEverywhere ? { everywhere: "1" } : {});
      // A form would leave this page even if the server is unreachable.
      const response = await requestChange("signout", { body, redirect: "follow" });
      if (!response.redirected) await readResponse(response);
      tokens.forget();
      location.assign(response.url);
    },
  };
}

async function change(call: Parameters<typeof requestChange>[0], body: object): Promise<void> {
  await readResponse(await requestChange(call, asJson(body)));
}
