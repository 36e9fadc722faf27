//! Is this reported wage within the rule of this round.
