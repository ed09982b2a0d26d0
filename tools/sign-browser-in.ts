/** A cookie of a browser, in the form of Playwright. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "Lax";
}

/** Headers that the pages of the server send with their calls. */
export const ownPage = { "sec-fetch-site": "same-origin" };

/**
 * Signs in with the form of a server, and returns the cookies of the session and the device. Throws if it is refused.
 */
export async function signBrowserIn(
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<BrowserCookie[]> {
  const answer = await fetch(`${url}/api/auth/signin`, {
    method: "POST",
    headers: ownPage,
    body: new URLSearchParams({ email, password }),
    redirect: "manual",
  });
  const cookies = answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]+);/.exec(line) ?? []);
  if (cookies.length !== 2) throw new Error(`The form led to ${answer.headers.get("location")}`);
  const traits = { domain: new URL(url).hostname, path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;
  return cookies.map(([, name = "", value = ""]) => ({ name, value, ...traits }));
}
