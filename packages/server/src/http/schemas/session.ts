import Type from "typebox";
import type { ListedSessionRecord } from "../../store/records.ts";
import {
  Id,
  IpAddress,
  idReference,
  int32Max,
  namedObject,
  nullable,
  oneOf,
  pageParameters,
  requestBody,
  singleLineText,
  strictObject,
  Timestamp,
  wholeNumber,
} from "./primitives.ts";

/** Maximum number of companies per user. */
const membershipsMax = 10_000;
/** Maximum number of sessions per page. */
const sessionsMax = 1000;
/** A password from a client. The domain checks the rules for new ones. */
const PasswordInput = Type.String({ format: "password", minLength: 1, maxLength: 4096 });

/** The signed-in user (documented). */
const User = namedObject("User", undefined, {
  id: Id,
  firstName: singleLineText(100),
  lastName: singleLineText(100),
  email: singleLineText(320),
  mustChangePassword: Type.Boolean({ description: "If true, change the password before you manage keys" }),
});

/** The company the session acts for (documented). */
const Company = namedObject("Company", undefined, { id: Id, name: singleLineText(100) });

/** A company the user belongs to (documented). */
const Membership = namedObject("Membership", undefined, {
  id: Id,
  name: singleLineText(100),
  privilege: wholeNumber(1, 3, "1 Super Admin, 2 Admin, 3 Member"),
});

/** Request of signIn (seed: Auth & Key Management; `companyId` and `deviceToken` are extensions). */
export const SignInRequest = requestBody("SignInRequest", {
  email: Type.String({ format: "login", minLength: 1, maxLength: 320, description: "Email address or username" }),
  password: PasswordInput,
  companyId: Type.Optional(
    Type.String({
      format: "id",
      maxLength: 64,
      description: "ID of the company to act for. The default is the first company of the user",
    }),
  ),
  deviceToken: Type.Optional(
    Type.String({
      format: "device-token",
      maxLength: 512,
      description: "Device token from an earlier sign-in of the same account. The server ignores any other token",
    }),
  ),
});

/** Response of signIn, refreshSession and switchCompany. */
export const SessionResponse = namedObject("SessionResponse", "The session", {
  accessToken: Type.String({ format: "jwt", maxLength: 16_384, description: "JWT for the Authorization header" }),
  refreshToken: Type.Optional(
    Type.String({
      format: "refresh-token",
      maxLength: 512,
      description:
        "Single-use: a second use ends the session. If the field is missing, your current refresh token stays valid",
    }),
  ),
  deviceToken: Type.Optional(
    Type.String({
      format: "device-token",
      maxLength: 512,
      description:
        "Returned by signIn only. Store it, and send it with the next sign-in of this account. Failed sign-ins of " +
        "others then do not block you. The token does not replace the password",
    }),
  ),
  expiresIn: wholeNumber(0, int32Max, "Seconds until the access token expires"),
  user: User,
  activeCompany: Company,
  companies: Type.Array(Membership, { maxItems: membershipsMax }),
});

/** Request of refreshSession. */
export const RefreshRequest = requestBody("RefreshRequest", {
  refreshToken: Type.String({ format: "refresh-token", minLength: 1, maxLength: 512 }),
});

/** Response of getSession. */
export const SessionInfo = namedObject("SessionInfo", "The session", {
  user: User,
  activeCompany: Company,
  companies: Type.Array(Membership, { maxItems: membershipsMax }),
  session: Type.Object({
    id: Id,
    expiresAt: { ...Timestamp, description: "When the access token expires" },
    endsOn: { ...Timestamp, description: "When the user must sign in again, unless a refresh extends the session" },
    endsAtLatestOn: nullable(
      Timestamp,
      "When the session ends at the latest. Null if refreshes can extend it without a limit",
    ),
  }),
  plan: oneOf(["FREE", "PRO", "BUSINESS"], "Plan of the active company"),
  ip: nullable(IpAddress, "IP address that the server sees"),
});

/** A session in the list of the user's own sessions. */
const ListedSession = namedObject("ListedSession", "A session of the caller", {
  id: Id,
  current: Type.Boolean({ description: "Whether this is the session of the call" }),
  openedWith: Type.Unsafe<ListedSessionRecord["openedWith"]>({
    type: ["string", "null"],
    enum: ["password", "browser", "device", "provider", null],
    description:
      "How it was opened: with a password, in a browser, by a device that the user approved in a browser, or with a token " +
      "of the identity provider. Null if it is older than this field",
  }),
  hostName: nullable(singleLineText(100), "Name that a device gave itself"),
  client: nullable(singleLineText(200), "What the client calls itself. Nobody has verified it"),
  ip: nullable(IpAddress, "IP address of the sign-in"),
  createdOn: { ...Timestamp, description: "When it was opened" },
  lastUsedOn: nullable(Timestamp, "The sign-in or the last refresh. Calls with an access token do not change it"),
  expiresOn: { ...Timestamp, description: "When it ends, unless a refresh extends it" },
  company: nullable(Company, "Its company. Null if the user no longer belongs to that company"),
});

/** Response of listSessions. */
export const SessionList = Type.Array(ListedSession, { maxItems: sessionsMax, description: "Newest use first" });

/** Query of listSessions. */
export const SessionsQuery = strictObject({
  ...pageParameters(sessionsMax, sessionsMax),
});

/** Path parameters of one session. */
export const SessionParams = Type.Object({ id: idReference("ID of the session") });

/** Response of endOtherSessions. */
export const EndedSessions = namedObject("EndedSessions", "How many sessions have ended", {
  endedSessions: wholeNumber(0, int32Max, "How many sessions have ended"),
});

/** Request of switchCompany. */
export const SwitchCompanyRequest = requestBody("SwitchCompanyRequest", {
  companyId: Type.String({ format: "id", minLength: 1, maxLength: 64 }),
});

/** Request of changePassword. */
export const ChangePasswordRequest = requestBody("ChangePasswordRequest", {
  currentPassword: PasswordInput,
  newPassword: PasswordInput,
});
