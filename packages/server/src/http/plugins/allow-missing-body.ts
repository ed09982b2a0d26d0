/**
 * A hook for operations with an optional body, such as the documented rotate and revoke. A missing body becomes an
 * empty object.
 */
export async function allowMissingBody(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}
