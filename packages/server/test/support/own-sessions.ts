import type { HttpClient, HttpResponse } from "./http-client.ts";
import type { SignedIn } from "./people.ts";

const auth = "/external/v1/auth";

/** Lists the sessions of the user of a token. */
export const list = (client: HttpClient, token: string, query = ""): Promise<HttpResponse> =>
  client.call("GET", `${auth}/sessions${query}`, { token });

/** Ends one session, or all others, optionally with a query. */
export const endSession = (client: HttpClient, token: string, id = ""): Promise<HttpResponse> =>
  client.call("DELETE", `${auth}/sessions${id === "" || id.startsWith("?") ? id : `/${id}`}`, { token });

/** Returns the response of getMe for a token. */
export const getMe = (client: HttpClient, token: string): Promise<HttpResponse> =>
  client.call("GET", `${auth}/me`, { token });

/** Exchanges a refresh token. */
export const refresh = (client: HttpClient, refreshToken: string): Promise<HttpResponse> =>
  client.call("POST", `${auth}/refresh`, { json: { refreshToken } });

/** Returns the ID of a person's session. */
export const idOf = async (client: HttpClient, { token }: Pick<SignedIn, "token">): Promise<string> =>
  (await getMe(client, token)).body.session.id;

/** Returns the IDs of a list. */
export const idsOf = ({ body }: HttpResponse): string[] => body.map(({ id }: { id: string }) => id);

/** Returns calls about sessions on one server. */
export const callSessions = (client: HttpClient) => ({
  getMe: (token: string) => getMe(client, token),
  refresh: (refreshToken: string) => refresh(client, refreshToken),
});
