import type { HttpClient, HttpResponse } from "./http-client.ts";

/** Calls about the session of a token. */
export interface SessionCalls {
  getMe(token: string): Promise<HttpResponse>;
  refresh(refreshToken: string): Promise<HttpResponse>;
}

/** Returns calls about sessions on a server. */
export function callSessions(client: HttpClient): SessionCalls {
  return {
    getMe: (token) => client.call("GET", "/external/v1/auth/me", { token }),
    refresh: (refreshToken) => client.call("POST", "/external/v1/auth/refresh", { json: { refreshToken } }),
  };
}
