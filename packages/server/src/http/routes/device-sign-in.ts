import type Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { startDeviceSignIn } from "../../domain/device-sign-in/start-device-sign-in.ts";
import { AppError } from "../../errors.ts";
import { createCalls } from "../describe-call.ts";
import { type App, originOf } from "../fastify.ts";
import { formType } from "../plugins/form-bodies.ts";
import { SignInMethods, StartDeviceSignInRequest, StartedDeviceSignIn } from "../schemas/device-sign-in.ts";

/** Path of the page on which users enter the codes of devices. */
export const devicePath = "/device";

/**
 * Registers the calls with which a device starts a sign-in in a browser (RFC 8628). `publicUrl` returns the origin
 * of the page, or null if it is unknown.
 */
export function registerDeviceSignInRoutes(app: App, deps: Dependencies, publicUrl: () => string | null): void {
  const call = createCalls(app, deps, "Session");

  call("GET", "/signin/methods", {
    operationId: "getSignInMethods",
    summary: "List how a client can sign in",
    description: "A server without this operation accepts passwords only.",
    response: { 200: SignInMethods },
  }).answer(async () => {
    const methods: Type.Static<typeof SignInMethods>["methods"] = publicUrl() === null ? [] : ["browser"];
    return { methods: [...methods, "password" as const] };
  });

  call("POST", "/device", {
    operationId: "startDeviceSignIn",
    summary: "Start a sign-in that the user approves in a browser",
    description:
      "The form and the response are those of RFC 8628. Show the code and the address to the user, and poll exchangeToken with the device code.",
    consumes: [formType],
    body: StartDeviceSignInRequest,
    response: { 200: StartedDeviceSignIn },
    refusals: ["NOT_FOUND", "RATE_LIMITED"],
  }).answer(async (request) => {
    const origin = publicUrl();
    if (origin === null) {
      throw new AppError("NOT_FOUND", {
        message: "This server does not offer sign-in through the browser. Its PUBLIC_URL is not set",
      });
    }
    const { host_name: hostName, client_version: clientVersion } = request.body;
    const started = await startDeviceSignIn(deps, { hostName, clientVersion }, originOf(request));
    return {
      device_code: started.deviceCode,
      user_code: started.userCode,
      verification_uri: `${origin}${devicePath}`,
      verification_uri_complete: `${origin}${devicePath}?${new URLSearchParams({ code: started.userCode })}`,
      expires_in: started.expiresInSeconds,
      interval: started.intervalSeconds,
    };
  });
}
