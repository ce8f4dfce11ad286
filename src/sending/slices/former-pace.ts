/** Cut before the campaign's daily limit, rate or window was changed: more of it may be out than the new ones allow. */
export function isOfFormerPace(
  { paceChangedAt }: { paceChangedAt: Date | null },
  { createdAt }: { createdAt: Date },
): boolean {
  return paceChangedAt !== null && createdAt <= paceChangedAt;
}
