/** The names of the expression network's seven outputs, in order. */
export const expressions = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'] as const;
