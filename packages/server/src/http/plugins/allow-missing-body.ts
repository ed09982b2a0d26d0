/** A hook for operations whose body may be missing altogether, as in the documented calls of rotate and revoke: it is then an empty object. */
export async function allowMissingBody(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}
