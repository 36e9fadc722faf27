//! The wire contracts: generated modules only, plus the descriptors that reflection serves.
//!
//! The `.proto` files under `tepat/` are the documentation; everything here is made from them.
#![allow(missing_docs, clippy::all, reason = "generated from the .proto files, which carry the docs")]

/// Encoded `FileDescriptorSet` of every contract, for gRPC reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tepat_descriptors.bin"));

pub mod google {
    pub mod r#type {
        tonic::include_proto!("google.r#type");
    }
}

pub mod tepat {
    pub mod membership {
        pub mod v1 {
            tonic::include_proto!("tepat.membership.v1");
        }
    }
    pub mod wages {
        pub mod v1 {
            tonic::include_proto!("tepat.wages.v1");
        }
    }
    pub mod accounts {
        pub mod v1 {
            tonic::include_proto!("tepat.accounts.v1");
        }
    }
    pub mod disbursement {
        pub mod v1 {
            tonic::include_proto!("tepat.disbursement.v1");
        }
    }
}

pub use google::r#type::Date;
pub use tepat::{
    accounts::v1 as accounts, disbursement::v1 as disbursement, membership::v1 as membership,
    wages::v1 as wages,
};
