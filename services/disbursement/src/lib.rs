//! Who is in, who is out and why; what was handed over; what came back; does it reconcile.
