/** Area codes under +1 outside the United States: Canada, the Caribbean, and the codes without a place. */
const ELSEWHERE = new Set(
  (
    '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474 506 514 519 548 ' +
    '579 581 584 587 600 604 613 622 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942 ' +
    '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876 ' +
    '500 521 522 523 524 525 526 527 528 529 532 533 544 555 566 577 588 700 710 800 822 833 844 855 866 877 880 881 882 883 888 900'
  ).split(' '),
);

export function isUsNumber(digits: string): boolean {
  return digits.length === 11 && digits.startsWith('1') && !ELSEWHERE.has(digits.slice(1, 4));
}
