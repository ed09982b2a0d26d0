import { useApp } from "../app/context.ts";

/** Returns who owns unconfirmed secrets: server, user and company. Null until the session was read. */
export function useOwner(): string | null {
  const { api, session } = useApp();
  return session === null ? null : `${api.baseUrl} ${session.user.id} ${session.activeCompany.id}`;
}
