import type { Answer, HttpClient } from "./http-client.ts";
import type { SignedIn } from "./people.ts";

const auth = "/external/v1/auth";

/** Lists the sessions of the user of a token. */
export const list = (client: HttpClient, token: string, query = ""): Promise<Answer> =>
  client.call("GET", `${auth}/sessions${query}`, { token });

/** Ends one session, or all others, optionally with a query. */
export const end = (client: HttpClient, token: string, id = ""): Promise<Answer> =>
  client.call("DELETE", `${auth}/sessions${id === "" || id.startsWith("?") ? id : `/${id}`}`, { token });

/** Returns the response of getMe for a token. */
export const getMe = (client: HttpClient, token: string): Promise<Answer> =>
  client.call("GET", `${auth}/me`, { token });

/** Exchanges a refresh token. */
export const refresh = (client: HttpClient, refreshToken: string): Promise<Answer> =>
  client.call("POST", `${auth}/refresh`, { json: { refreshToken } });

/** Returns the ID of a person's session. */
export const idOf = async (client: HttpClient, { token }: Pick<SignedIn, "token">): Promise<string> =>
  (await getMe(client, token)).body.session.id;

/** Returns the IDs of a list. */
export const idsOf = ({ body }: Answer): string[] => body.map(({ id }: { id: string }) => id);
