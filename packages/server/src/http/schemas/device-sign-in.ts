import Type from "typebox";
import { deviceSignInSeconds } from "../../domain/device-sign-in/device-codes.ts";
import { namedObject, oneOf, requestBody, singleLineText, wholeNumber } from "./primitives.ts";

/** Value of `grant_type` for a device code (RFC 8628, section 3.4). */
export const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";

const clientId = Type.Optional(singleLineText(100, "Accepted for clients that always send it, and ignored"));
const DeviceCode = Type.String({ format: "device-code", minLength: 1, maxLength: 128 });
const PageAddress = Type.String({ format: "uri", maxLength: 2_048 });

/** Response of getSignInMethods. */
export const SignInMethods = namedObject("SignInMethods", "The methods", {
  methods: Type.Array(oneOf(["password", "browser"]), {
    maxItems: 20,
    description: "Ways for a client without a browser to sign in. Ignore unknown ones",
  }),
});

/** Request of startDeviceSignIn, with the names of RFC 8628. */
export const StartDeviceSignInRequest = requestBody("StartDeviceSignInRequest", {
  client_id: clientId,
  host_name: singleLineText(400, "Name of the device, which the user sees. 1 to 100 visible characters"),
  client_version: singleLineText(
    400,
    "Name and version of the client, which the user sees. 1 to 100 visible characters",
  ),
});

/** Response of startDeviceSignIn. */
export const StartedDeviceSignIn = namedObject("StartedDeviceSignIn", "The sign-in", {
  device_code: { ...DeviceCode, description: "Secret of the device. The server returns it only in this response" },
  user_code: Type.String({
    pattern: "^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$",
    maxLength: 9,
    description: "Code that the user types or confirms",
  }),
  verification_uri: { ...PageAddress, description: "Page on which the user enters the code" },
  verification_uri_complete: { ...PageAddress, description: "The same page, with the code filled in" },
  expires_in: wholeNumber(1, deviceSignInSeconds, "Seconds until both codes expire"),
  interval: wholeNumber(1, 60, "Seconds to wait between two polls"),
});

/** Request of exchangeToken for a device. */
export const DeviceCodeRequest = requestBody("DeviceCodeRequest", {
  grant_type: Type.Literal(deviceCodeGrant),
  device_code: { ...DeviceCode, description: "Device code from startDeviceSignIn" },
  client_id: clientId,
});

const UserCode = Type.String({ format: "user-code", minLength: 1, maxLength: 64 });

/** Request of the page to show or deny the sign-in of a device. */
export const FindDeviceRequest = requestBody("FindDeviceRequest", { userCode: UserCode });

/** Request of the page to approve the sign-in of a device. */
export const ApproveDeviceRequest = requestBody("ApproveDeviceRequest", {
  userCode: UserCode,
  companyId: Type.String({ format: "id", minLength: 1, maxLength: 64 }),
});
