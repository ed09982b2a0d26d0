import Type from "typebox";
import { Id } from "./primitives.ts";

/** The signed-in person (documented). */
export const User = Type.Object(
  {
    id: Id,
    firstName: Type.String(),
    lastName: Type.String(),
    email: Type.String(),
    mustChangePassword: Type.Boolean({ description: "true: change the password before managing keys" }),
  },
  { title: "User" },
);

/** The company the session acts for (documented). */
export const Company = Type.Object({ id: Id, name: Type.String() }, { title: "Company" });

/** A company the user belongs to (documented). */
export const Membership = Type.Object(
  { id: Id, name: Type.String(), privilege: Type.Integer({ description: "1 Super Admin, 2 Admin, 3 Member" }) },
  { title: "Membership" },
);

/** Request of signIn (seed: Auth & Key Management; `companyId` and `deviceToken` are extensions). */
export const SignInRequest = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 320, description: "Email or username" }),
    password: Type.String({ minLength: 1, maxLength: 4096 }),
    companyId: Type.Optional(Type.String({ maxLength: 64, description: "Company to act for; default: the first" })),
    deviceToken: Type.Optional(
      Type.String({
        maxLength: 512,
        description: "From an earlier sign-in of the same account on this device. Any other token counts as none",
      }),
    ),
  },
  { title: "SignInRequest", additionalProperties: false },
);

/** Answer of signIn, refreshSession and switchCompany. */
export const SessionResponse = Type.Object(
  {
    accessToken: Type.String({ description: "JWT for the Authorization header" }),
    refreshToken: Type.Optional(
      Type.String({
        description: "Single use; a second use ends the session. Absent: the one you have stays good",
      }),
    ),
    deviceToken: Type.Optional(
      Type.String({
        description:
          "From signIn only: keep it, and send it with the next sign-in of this account, so that failed sign-ins of " +
          "strangers do not hold it up. It replaces no password",
      }),
    ),
    expiresIn: Type.Integer({ description: "Seconds until the access token expires" }),
    user: User,
    activeCompany: Company,
    companies: Type.Array(Membership),
  },
  { title: "SessionResponse", description: "The session" },
);

/** Request of refreshSession. */
export const RefreshRequest = Type.Object(
  { refreshToken: Type.String({ minLength: 1, maxLength: 512 }) },
  { title: "RefreshRequest", additionalProperties: false },
);

/** Answer of getSession. */
export const SessionInfo = Type.Object(
  {
    user: User,
    activeCompany: Company,
    companies: Type.Array(Membership),
    session: Type.Object({
      id: Id,
      expiresAt: Type.String({ format: "date-time", description: "When the access token of this call expires" }),
    }),
    plan: Type.String({ description: "FREE, PRO or BUSINESS" }),
    ip: Type.Union([Type.String(), Type.Null()], { description: "The address the server sees" }),
  },
  { title: "SessionInfo", description: "The session" },
);

/** Request of switchCompany. */
export const SwitchCompanyRequest = Type.Object(
  { companyId: Type.String({ minLength: 1, maxLength: 64 }) },
  { title: "SwitchCompanyRequest", additionalProperties: false },
);

/** Request of changePassword. */
export const ChangePasswordRequest = Type.Object(
  {
    currentPassword: Type.String({ minLength: 1, maxLength: 4096 }),
    newPassword: Type.String({ minLength: 1, maxLength: 4096 }),
  },
  { title: "ChangePasswordRequest", additionalProperties: false },
);
