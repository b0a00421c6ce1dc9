/** Attributes that several optimisers share; each states its own default. */
export const betaAttr = { type: 'number', minimum: 0, exclusiveMaximum: 1 } as const;
export const epsAttr = { type: 'number', minimum: 0, description: 'Added to the denominator.' } as const;
export const decayAttr = { type: 'number', minimum: 0 } as const;
export const l2Description = 'L2 penalty: this times the weight is added to the gradient.';
export const decoupledDescription = 'Decoupled decay: the weight is first multiplied by 1 - lr * this.';
